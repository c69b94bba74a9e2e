#pragma once
// CRC-32C by the processor's own instruction. Ask checksumx_has_crc32c() first.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
static inline bool checksumx_has_crc32c(void) { return __builtin_cpu_supports("sse4.2"); }
__attribute__((target("sse4.2"))) static inline uint32_t checksumx_crc32c(const void *bytes, size_t count) {
  const unsigned char *p = (const unsigned char *)bytes;
  uint64_t crc = 0xFFFFFFFFu;
  while (count >= 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    crc = __builtin_ia32_crc32di(crc, word);
    p += 8;
    count -= 8;
  }
  while (count--) crc = __builtin_ia32_crc32qi((uint32_t)crc, *p++);
  return ~(uint32_t)crc;
}
#elif defined(__aarch64__)
#include <sys/auxv.h>
static inline bool checksumx_has_crc32c(void) { return (getauxval(AT_HWCAP) & (1 << 7)) != 0; }
__attribute__((target("crc"))) static inline uint32_t checksumx_crc32c(const void *bytes, size_t count) {
  const unsigned char *p = (const unsigned char *)bytes;
  uint32_t crc = 0xFFFFFFFFu;
  while (count >= 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    crc = __builtin_arm_crc32cd(crc, word);
    p += 8;
    count -= 8;
  }
  while (count--) crc = __builtin_arm_crc32cb(crc, *p++);
  return ~crc;
}
#else
static inline bool checksumx_has_crc32c(void) { return false; }
static inline uint32_t checksumx_crc32c(const void *bytes, size_t count) { (void)bytes; (void)count; return 0; }
#endif
