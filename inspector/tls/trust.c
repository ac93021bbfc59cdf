/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspector/tls/trust.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/log.h"

#define DEBIAN_ROOTS  "/etc/ssl/certs/ca-certificates.crt"
#define DEBIAN_STATUS "/var/lib/dpkg/status"

enum { LINE_LEN = 512 };

/* The version of Debian's package, whose file has no date of its own. */
static bool find_package_version(char *out, size_t len)
{
    FILE *file = fopen(DEBIAN_STATUS, "re");
    char line[LINE_LEN];
    bool ours = false, found = false;

    if (file == NULL)
        return false;
    while (!found && fgets(line, sizeof(line), file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "Package: ", 9) == 0)
            ours = strcmp(line + 9, "ca-certificates") == 0;
        found = ours && strncmp(line, "Version: ", 9) == 0;
    }
    fclose(file);
    if (found)
        snprintf(out, len, "ca-certificates %.100s", line + 9);
    return found;
}

static unsigned read_roots(FILE *file, X509_STORE *roots)
{
    unsigned count = 0;

    for (X509 *root; (root = PEM_read_X509(file, NULL, NULL, NULL)) != NULL; X509_free(root))
        count += X509_STORE_add_cert(roots, root) == 1;
    /* once, not in each worker; qsort may ask for the size of the memory, which none of them may */
    sk_X509_OBJECT_sort(X509_STORE_get0_objects(roots));
    return count;
}

static unsigned read_known(FILE *file, STACK_OF(X509) * known)
{
    unsigned count = 0;

    for (X509 *one; (one = PEM_read_X509(file, NULL, NULL, NULL)) != NULL; count++)
        if (sk_X509_push(known, one) <= 0)
            X509_free(one);
    return count;
}

static bool load_known_file(const char *path, STACK_OF(X509) * known)
{
    FILE *file = fopen(path, "re");
    unsigned count;

    if (file == NULL) {
        log_warn("trust", "inspector.known-intermediates: %s: %s", path, strerror(errno));
        return false;
    }
    count = read_known(file, known);
    fclose(file);
    if (count == 0)
        log_warn("trust", "inspector.known-intermediates: %s: no certificate in PEM", path);
    return count > 0;
}

/* What is in a directory may be a README: at least one file has certificates. */
static bool load_known(const char *path, STACK_OF(X509) * known)
{
    DIR *directory = opendir(path);
    char one[PATH_MAX];

    if (directory == NULL)
        return load_known_file(path, known);
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        struct stat info;
        snprintf(one, sizeof(one), "%s/%s", path, entry->d_name);
        if (stat(one, &info) == 0 && S_ISREG(info.st_mode))
            load_known_file(one, known);
    }
    closedir(directory);
    if (sk_X509_num(known) > 0)
        return true;
    log_warn("trust", "inspector.known-intermediates: %s has no certificate", path);
    return false;
}

static bool load_roots(struct trust *trust, const char *path)
{
    FILE *file = fopen(path, "re");
    struct stat info;

    if (file == NULL || fstat(fileno(file), &info) != 0) {
        log_warn("trust", "%s: %s", path, strerror(errno));
        if (file != NULL)
            fclose(file);
        return false;
    }
    trust->date_s = info.st_mtime;
    if (trust->roots != NULL)
        trust->count = read_roots(file, trust->roots);
    fclose(file);
    if (trust->count == 0)
        log_warn("trust", "%s: no certificate in PEM", path);
    return trust->count > 0;
}

static void free_trust(struct trust *trust)
{
    X509_STORE_free(trust->roots);
    sk_X509_pop_free(trust->known, X509_free);
    *trust = (struct trust){0};
}

bool trust_load(struct trust *trust, const char *path, const char *known)
{
    *trust = (struct trust){.roots = X509_STORE_new(), .known = sk_X509_new_null()};
    if (strcmp(path, DEBIAN_ROOTS) != 0 || !find_package_version(trust->name, sizeof(trust->name)))
        snprintf(trust->name, sizeof(trust->name), "%.*s", TRUST_NAME_LEN - 1, path);
    if (trust->known != NULL && load_roots(trust, path) &&
        (known[0] == '\0' || load_known(known, trust->known)))
        return true;
    free_trust(trust);
    return false;
}
