"""Words for people, in Chinese and English, made at the doors and stored nowhere."""
