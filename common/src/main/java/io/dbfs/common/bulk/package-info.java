/** Bulk bytes over gRPC: messages whose payload travels beside a small protobuf header and is never copied through it. */
@NullMarked
package io.dbfs.common.bulk;

import org.jspecify.annotations.NullMarked;
