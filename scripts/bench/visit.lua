-- SPDX-License-Identifier: BSD-2-Clause
-- wrk's requests in make bench: three open ports of each address in turn.
local n = 0

function request()
   n = n + 1
   return wrk.format("GET", string.format(
      "/api/v1/check?host=198.19.%d.%d&ports=80,443,8080", math.floor(n / 256) % 256, n % 256))
end
