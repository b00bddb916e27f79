//! Journeys across processes: server, scanners, peers.
