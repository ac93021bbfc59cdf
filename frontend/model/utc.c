/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/model/utc.h"

#include <string.h>
#include <time.h>

bool utc_write(int64_t seconds, char text[static UTC_LEN])
{
    time_t time = (time_t)seconds;
    struct tm utc;

    text[0] = '\0';
    return gmtime_r(&time, &utc) != NULL && utc.tm_year >= -1900 && utc.tm_year <= 8099 &&
           strftime(text, UTC_LEN, "%Y-%m-%dT%H:%M:%S", &utc) > 0;
}

bool utc_write_date(int64_t seconds, char text[static UTC_DATE_LEN])
{
    char whole[UTC_LEN] = "";
    bool ok = utc_write(seconds, whole);

    memcpy(text, whole, UTC_DATE_LEN - 1);
    text[ok ? UTC_DATE_LEN - 1 : 0] = '\0';
    return ok;
}
