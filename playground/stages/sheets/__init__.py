"""What small stages share whose whole state is one record: no training, only something to set and to look at."""
