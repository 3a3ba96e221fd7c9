## A library of ours in C, for tests/class/native.py.
check_DATA = tests/native/libshop.so
CLEANFILES += tests/native/libshop.so

tests/native/libshop.so: $(srcdir)/tests/native/shop.c $(srcdir)/tests/native/shop.h
	$(AM_V_CCLD)$(MKDIR_P) tests/native && $(CC) -shared -fPIC -O1 -o $@ $(srcdir)/tests/native/shop.c
