"""Where keys come from, sealing what older versions left plain, and changing the key of a running bot's database."""
