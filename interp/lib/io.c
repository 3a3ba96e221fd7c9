/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program prints goes through the host: a line at a time, so that a line is never cut in two. */
#include "lib/args.h"

BUILTIN_FUNCTION(print)
{
    Buf b;
    ShowStyle style = show_style(a->vm->lang);
    *out = value_none();
    buf_init(&b, a->vm->mem);
    for (uint32_t i = 0; i < a->n; i++) {
        buf_puts(&b, i ? " " : "");
        value_show(args_heap(a), &b, a->v[i], &style);
    }
    buf_putc(&b, '\n');
    bool ok = !b.failed || vm_fail_memory(a->vm);
    if (ok && a->vm->host.write) {
        int e = a->vm->host.write(a->vm->host.write_data, buf_str(&b));
        if (e) {
            a->vm->exit_write_error = e;
        }
    }
    buf_free(&b);
    return ok && vm_charge(a->vm, 1);
}

BUILTIN_FUNCTION(error)
{
    Str s;
    (void)out;
    if (a->v[0].tag == T_TEXT) {
        return args_text(a, 0, &s) && vm_fail(a->vm, D_RAISED, &s, 1);
    }
    Buf b;
    buf_init(&b, a->vm->mem);
    ShowStyle style = show_style(a->vm->lang);
    value_show(args_heap(a), &b, a->v[0], &style);
    Str shown = buf_str(&b);
    bool failed = b.failed ? vm_fail_memory(a->vm) : vm_fail(a->vm, D_RAISED, &shown, 1);
    buf_free(&b);
    return failed;
}

/* The function that the running code belongs to; of the library, the one that a text has called. Empty: it has no name. */
static Str function_name(const Vm *vm)
{
    uint32_t i = vm->frame_count;
    while (i > 1 && vm->frames[i - 1].proto->library && vm->frames[i - 2].proto->library) {
        i--;
    }
    return i ? bytecode_name(vm->frames[i - 1].proto, vm->lang) : (Str){NULL, 0};
}

BUILTIN_FUNCTION(require)
{
    uint32_t at = !args_french(a) && args_given(a, 2) ? 2 : 1;
    Str message, name = function_name(a->vm);
    bool holds = false;
    if (a->v[0].tag == T_STATUS) {
        *out = a->v[0];
        return true;
    }
    *out = value_none();
    if (!args_truth(a, 0, &holds) || !args_text(a, at, &message)) {
        return false;
    }
    Str args[] = {name.n ? name : message, message};
    return holds || vm_fail(a->vm, name.n ? D_REQUIRED : D_REQUIRED_PLAIN, args, name.n ? 2 : 1);
}
