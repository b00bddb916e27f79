//! Pictures in, QR texts out. Pure: no camera, no file.
