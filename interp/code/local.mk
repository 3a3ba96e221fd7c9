libbareme_sources += \
	interp/code/compile.h \
	interp/code/compile.c \
	interp/code/emit.h \
	interp/code/emit.c \
	interp/code/name.c \
	interp/code/expr.c \
	interp/code/axis.c \
	interp/code/call.c \
	interp/code/grid.c \
	interp/code/indicator.c \
	interp/code/schedule.c \
	interp/code/sql.c \
	interp/code/sql.h \
	interp/code/stmt.c \
	interp/code/table.c
