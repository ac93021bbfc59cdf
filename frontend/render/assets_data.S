/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of www/ as bytes, plain and compressed, as the build tree has them; assets.c names
 * them.  Each ends with a NUL that does not count. */
    .section .rodata

    .macro asset name, file
    .global asset_\name\()_start, asset_\name\()_end
asset_\name\()_start:
    .incbin "\file"
asset_\name\()_end:
    .byte 0
    .global asset_\name\()_gz_start, asset_\name\()_gz_end
asset_\name\()_gz_start:
    .incbin "\file\().gz"
asset_\name\()_gz_end:
    .endm

#define ASSET(name, path, type, file) asset name, file
#include "frontend/render/assets.inc"

    .section .note.GNU-stack, "", %progbits
