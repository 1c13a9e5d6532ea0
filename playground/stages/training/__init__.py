"""The digit training page: a convolutional network is put together layer by layer, and learns while one watches."""
