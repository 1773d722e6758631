"""Comments, mentions, follows and attachments of what a company keeps."""
