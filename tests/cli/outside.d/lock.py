"""Makes the entries of a workbook say that they are under a password."""
import sys

with open(sys.argv[1], "rb") as file:
    data = bytearray(file.read())
for mark, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
    at = data.find(mark)
    while at >= 0:
        data[at + flags] |= 1
        at = data.find(mark, at + 4)
with open(sys.argv[1], "wb") as file:
    file.write(data)
