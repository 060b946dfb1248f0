//! What properties files say about nodes.
