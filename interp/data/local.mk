libbareme_sources += \
	interp/data/bytecode.c \
	interp/data/bytecode.h \
	interp/data/compare.c \
	interp/data/date.c \
	interp/data/heap.c \
	interp/data/heap.h \
	interp/data/label.c \
	interp/data/label.h \
	interp/data/list.c \
	interp/data/native.h \
	interp/data/object.h \
	interp/data/opcode.def \
	interp/data/pack.c \
	interp/data/pack.h \
	interp/data/record.c \
	interp/data/show.c \
	interp/data/show.h \
	interp/data/table.c \
	interp/data/table.h \
	interp/data/text.c \
	interp/data/value.c \
	interp/data/value.h
