//! The server: ticketing, organizers, payments, devices and sync in one process.
