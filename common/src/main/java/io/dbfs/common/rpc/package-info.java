/** gRPC as every process uses it: channels, servers, and how a refusal travels in a reply. */
@NullMarked
package io.dbfs.common.rpc;

import org.jspecify.annotations.NullMarked;
