/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/gather.h"

#include "prober/packet/our_syn.h"

void gather_findings(const struct probe *probe, struct findings *findings,
                     struct host_profile *profile)
{
    const struct check *check = probe->check;
    struct host_profile_source source = {
        .self = &probe->observed,
        .echo = &check->echo,
        .tos = OUR_SYN_TOS,
    };

    for (unsigned i = 0; i < CHECK_PROBES_MAX; i++) {
        const struct probe *other = check->probes[i];
        if (other == NULL || other == probe)
            continue;
        if (i == CHECK_CONTROL_PROBE)
            source.control = &other->observed;
        else
            source.others[source.other_count++] = &other->observed;
    }
    host_profile_make(&source, profile);
    *findings = (struct findings){
        .observed = &probe->observed,
        .ttl_probe = probe->ttl_probe,
        .echo = &check->echo,
        .profile = profile,
    };
}
