/** Real programs on real mounts, and the faults they must not see. */
@NullMarked
package io.dbfs.test.mount;

import org.jspecify.annotations.NullMarked;
