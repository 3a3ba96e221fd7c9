libbareme_sources += \
	interp/vm/access.c \
	interp/vm/arith.c \
	interp/vm/call.c \
	interp/vm/contract.c \
	interp/vm/fault.c \
	interp/vm/iterate.c \
	interp/vm/machine.h \
	interp/vm/run.c \
	interp/vm/view.c \
	interp/vm/vm.c \
	interp/vm/vm.h
