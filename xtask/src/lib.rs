//! The tasks of the workspace: demo, test, bench, package.
