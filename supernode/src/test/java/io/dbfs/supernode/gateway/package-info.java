@NullMarked
package io.dbfs.supernode.gateway;

import org.jspecify.annotations.NullMarked;
