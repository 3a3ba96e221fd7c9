libbareme_sources += \
	interp/model/graph.h \
	interp/model/graph.c \
	interp/model/plan.h \
	interp/model/plan.c \
	interp/model/overlay.c \
	interp/model/implied.c \
	interp/model/trace.h \
	interp/model/trace.c
