"""The one-machine stack: starts, watches and stops Cadenza's servers and services on loopback."""
