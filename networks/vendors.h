/* SPDX-License-Identifier: BSD-2-Clause */
/* The JSON in which clouds and CDNs say what is theirs.  Pure; portlight-networks. */
#ifndef PORTLIGHT_NETWORKS_VENDORS_H
#define PORTLIGHT_NETWORKS_VENDORS_H

#include "networks/source.h"

source_reader read_aws, read_google, read_azure, read_oracle, read_fastly;

#endif
