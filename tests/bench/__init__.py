"""How much work a run takes, side by side with the floor and with the peers."""
