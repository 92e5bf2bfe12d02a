@NullMarked
package io.dbfs.supernode.session;

import org.jspecify.annotations.NullMarked;
