"""The value chain: its links, customers' feedback, small profit centres."""
