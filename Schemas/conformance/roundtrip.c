/* Reads every sample with protobuf-c's own bindings and writes it again: the bytes must be the same.
 * Usage: roundtrip samples/<message>[.<variant>].hex ...   The table of descriptors is made by .ci/schemas-check. */
#include <protobuf-c/protobuf-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const ProtobufCMessageDescriptor *const all_messages[];

static const ProtobufCMessageDescriptor *descriptor_of(const char *path)
{
    const char *file = strrchr(path, '/');
    file = file ? file + 1 : path;
    for (size_t i = 0; all_messages[i]; i++) {
        size_t length = strlen(all_messages[i]->name);
        if (strncmp(file, all_messages[i]->name, length) == 0 && file[length] == '.')
            return all_messages[i];
    }
    return NULL;
}

static size_t read_hex(const char *path, uint8_t *bytes, size_t room)
{
    FILE *file = fopen(path, "r");
    size_t count = 0;
    unsigned value;
    if (!file)
        return 0;
    while (count < room && fscanf(file, "%2x", &value) == 1)
        bytes[count++] = (uint8_t)value;
    fclose(file);
    return count;
}

static int check(const char *path)
{
    static uint8_t bytes[1 << 20], again[1 << 20];
    const ProtobufCMessageDescriptor *descriptor = descriptor_of(path);
    size_t length = read_hex(path, bytes, sizeof bytes);
    if (!descriptor || length == 0)
        return fprintf(stderr, "%s: %s\n", path, descriptor ? "no bytes" : "no such message"), 1;
    ProtobufCMessage *message = protobuf_c_message_unpack(descriptor, NULL, length, bytes);
    if (!message)
        return fprintf(stderr, "%s: protobuf-c cannot read it\n", path), 1;
    int wrong = message->n_unknown_fields != 0 || protobuf_c_message_get_packed_size(message) != length;
    if (!wrong)
        wrong = protobuf_c_message_pack(message, again) != length || memcmp(bytes, again, length) != 0;
    protobuf_c_message_free_unpacked(message, NULL);
    if (wrong)
        fprintf(stderr, "%s: protobuf-c writes other bytes\n", path);
    return wrong;
}

int main(int count, char **paths)
{
    int wrong = 0;
    for (int i = 1; i < count; i++)
        wrong += check(paths[i]);
    printf("protobuf-c: %d samples, %d wrong\n", count - 1, wrong);
    return wrong != 0;
}
