/** What a mount may believe of what it heard, by the streams of changes of supernode and clusters. */
@NullMarked
package io.dbfs.daemon.watch;

import org.jspecify.annotations.NullMarked;
