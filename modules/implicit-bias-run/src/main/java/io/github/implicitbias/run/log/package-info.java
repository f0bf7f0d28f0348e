/**
 * Where the blocks of a run lie and how they get there: a {@link
 * io.github.implicitbias.run.log.Recorder} writes them, a {@link
 * io.github.implicitbias.run.log.RunLog} is what readers see of them, and a {@link
 * io.github.implicitbias.run.log.RunFollower} keeps a run up to its log. There are a run file and a
 * run in memory; storages of others implement the same.
 */
@NullMarked
package io.github.implicitbias.run.log;

import org.jspecify.annotations.NullMarked;
