/* libcurl for Swift: curl_easy_setopt, curl_easy_getinfo and curl_multi_setopt are variadic, so each kind of value has a
   function here. They return libcurl's own codes and do nothing else. */

#ifndef AISLE_CURL_SHIM_H
#define AISLE_CURL_SHIM_H

#include <curl/curl.h>

/** What libcurl calls with parts of a body or with one header line: bytes, 1, their number, the context; returns how
    many bytes were taken. */
typedef size_t (*aisle_curl_sink)(char *bytes, size_t size, size_t count, void *context);

/** curl_easy_setopt with a long. */
static inline CURLcode aisle_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

/** curl_easy_setopt with a string, which libcurl copies; NULL takes the option's default. */
static inline CURLcode aisle_curl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

/** curl_easy_setopt with a pointer that must stay valid as long as the transfer runs. */
static inline CURLcode aisle_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

/** CURLOPT_COPYPOSTFIELDS: a body of `size` bytes, which may hold zeros; libcurl copies it. */
static inline CURLcode aisle_curl_set_body(CURL *handle, const void *bytes, curl_off_t size) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, size);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, (const char *)bytes);
}

/** CURLOPT_HTTPHEADER: the list must stay valid as long as the transfer runs. */
static inline CURLcode aisle_curl_set_headers(CURL *handle, struct curl_slist *headers) {
    return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
}

/** CURLOPT_WRITEFUNCTION and CURLOPT_WRITEDATA: where the body goes. */
static inline CURLcode aisle_curl_set_body_sink(CURL *handle, aisle_curl_sink sink, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, sink);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
}

/** CURLOPT_HEADERFUNCTION and CURLOPT_HEADERDATA: where each line of the head goes. */
static inline CURLcode aisle_curl_set_header_sink(CURL *handle, aisle_curl_sink sink, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, sink);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
}

/** curl_easy_getinfo of a long; -1 where libcurl refuses. */
static inline long aisle_curl_get_long(CURL *handle, CURLINFO info) {
    long value = 0;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : -1;
}

/** curl_easy_getinfo of a size, an offset or a time in microseconds; -1 where libcurl refuses. */
static inline curl_off_t aisle_curl_get_offset(CURL *handle, CURLINFO info) {
    curl_off_t value = 0;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : -1;
}

/** curl_easy_getinfo of a string, valid as long as the handle; NULL where libcurl has none. */
static inline const char *aisle_curl_get_string(CURL *handle, CURLINFO info) {
    char *value = NULL;
    return curl_easy_getinfo(handle, info, &value) == CURLE_OK ? value : NULL;
}

/** curl_multi_setopt with a long. */
static inline CURLMcode aisle_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

/** The result a message of curl_multi_info_read carries. */
static inline CURLcode aisle_curl_message_result(const CURLMsg *message) {
    return message->data.result;
}

#endif
