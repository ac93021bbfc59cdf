/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/model/utc.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

bool utc_write(int64_t seconds, char text[static UTC_LEN])
{
    time_t time = (time_t)seconds;
    struct tm utc;

    text[0] = '\0';
    if (gmtime_r(&time, &utc) == NULL || utc.tm_year < -1900 || utc.tm_year > 8099)
        return false;
    /* %Y has no zeros in front */
    snprintf(text, UTC_LEN, "%04d", utc.tm_year + 1900);
    return strftime(text + 4, UTC_LEN - 4, "-%m-%dT%H:%M:%S", &utc) > 0;
}

bool utc_write_date(int64_t seconds, char text[static UTC_DATE_LEN])
{
    char whole[UTC_LEN] = "";
    bool ok = utc_write(seconds, whole);

    memcpy(text, whole, UTC_DATE_LEN - 1);
    text[ok ? UTC_DATE_LEN - 1 : 0] = '\0';
    return ok;
}
