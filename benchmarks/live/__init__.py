"""The live web in small: a local server that plays services and sites, and measurements."""
