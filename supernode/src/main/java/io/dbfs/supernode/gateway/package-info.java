/** The supernode's gRPC services. They translate; what they say is decided elsewhere. */
@NullMarked
package io.dbfs.supernode.gateway;

import org.jspecify.annotations.NullMarked;
