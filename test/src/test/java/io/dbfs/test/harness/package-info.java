/** Real processes, real mounts, real faults. */
@NullMarked
package io.dbfs.test.harness;

import org.jspecify.annotations.NullMarked;
