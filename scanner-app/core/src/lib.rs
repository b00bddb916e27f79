//! The scanner without its screen: store, sync, LAN, controller.
