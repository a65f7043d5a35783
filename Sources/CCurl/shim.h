/* libcurl for Swift: curl_easy_setopt and curl_easy_getinfo are variadic, so each kind of value has a function here. */

#ifndef AISLE_CURL_SHIM_H
#define AISLE_CURL_SHIM_H

#include <curl/curl.h>

/** curl_easy_setopt with a long. */
static inline CURLcode aisle_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

#endif
