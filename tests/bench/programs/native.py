import ctypes

same = ctypes.CDLL("libc.so.6").llabs
same.argtypes = [ctypes.c_int64]
same.restype = ctypes.c_int64
s = 0
for i in range(1, 1000001):
    s = same(i)
print(s)
