libbareme_sources += \
	interp/base/arena.c \
	interp/base/arena.h \
	interp/base/digest.c \
	interp/base/digest.h \
	interp/base/io.h \
	interp/base/io_held.c \
	interp/base/io_held.h \
	interp/base/io_memory.c \
	interp/base/io_posix.c \
	interp/base/io_whole.c \
	interp/base/io_whole.h \
	interp/base/io_within.c \
	interp/base/io_within.h \
	interp/base/limits.h \
	interp/base/map.c \
	interp/base/map.h \
	interp/base/mem.c \
	interp/base/mem.h \
	interp/base/pipe.c \
	interp/base/pipe.h \
	interp/base/sort.c \
	interp/base/sort.h \
	interp/base/str.c \
	interp/base/str.h \
	interp/base/utf8.c \
	interp/base/utf8.h
