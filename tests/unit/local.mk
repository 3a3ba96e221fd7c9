## Each program is made of the .c file of its name, and linked with the library and cmocka.
check_PROGRAMS += \
	tests/unit/test_base \
	tests/unit/test_diag \
	tests/unit/test_syntax \
	tests/unit/test_num \
	tests/unit/test_unit \
	tests/unit/test_numformat \
	tests/unit/test_library \
	tests/unit/test_data \
	tests/unit/test_domain \
	tests/unit/test_report \
	tests/unit/test_vm
