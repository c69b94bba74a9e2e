// Core.
