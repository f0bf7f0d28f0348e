package io.github.implicitbias.listener;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Whether nothing but the update of each step has moved the parameters. They are compared with
 * those that the update before has left, when the next step begins: all of them in networks of up
 * to 1,024 parameters, 16 stretches of 64 spread over the others. That finds averaging, parameters
 * that are set, and whatever else moves more than a few entries; and it allocates nothing.
 *
 * <p>What workers do to each other inside of a step cannot be seen so. A listener that was cloned
 * or sent to elsewhere by serialization is therefore taken for that of a worker.
 */
final class OwnUpdate {

  private static final int STRETCHES = 16;
  private static final int STRETCH = 64;
  private static final int FEW = STRETCHES * STRETCH;

  private final Network net;
  private final NativeReader reader;
  private final boolean single;
  private final float[] someFloats = new float[STRETCH];
  private final double[] someDoubles = new double[STRETCH];
  private float[] floats = {};
  private double[] doubles = {};
  private float[] floatsNow = {};
  private double[] doublesNow = {};
  private boolean wanted;
  private boolean known;
  private @Nullable String otherMover;

  /** Prepares to compare. */
  OwnUpdate(Network net, NativeReader reader) {
    this.net = net;
    this.reader = reader;
    this.single = net.dataType() != DataType.DOUBLE;
  }

  /** Says whether somebody needs the answer; without it nothing is compared. */
  void compareIf(boolean needed) {
    wanted = needed;
  }

  /** Takes note that the network is a worker's, which others move, too. */
  void ofWorker() {
    otherMover = "this network is one of several workers, which move each other's parameters";
  }

  /** Goes on where another has ended. */
  void continueAfter(OwnUpdate before) {
    otherMover = otherMover == null ? before.otherMover : otherMover;
  }

  /** At the end of a step: what is there now is what the next should begin with. */
  void updated() {
    if (wanted && otherMover == null) {
      read();
      float[] ofFloats = floats;
      floats = floatsNow;
      floatsNow = ofFloats;
      double[] ofDoubles = doubles;
      doubles = doublesNow;
      doublesNow = ofDoubles;
      known = true;
    }
  }

  /** At the beginning of a step. */
  void begun(int step) {
    if (wanted && known && otherMover == null) {
      read();
      if (differ()) {
        otherMover = "the parameters were changed between two steps, before step " + step;
      }
    }
    known = false;
  }

  private boolean differ() {
    for (int k = 0; k < floats.length; k++) {
      if (Float.floatToRawIntBits(floats[k]) != Float.floatToRawIntBits(floatsNow[k])) {
        return true;
      }
    }
    for (int k = 0; k < doubles.length; k++) {
      if (Double.doubleToRawLongBits(doubles[k]) != Double.doubleToRawLongBits(doublesNow[k])) {
        return true;
      }
    }
    return false;
  }

  private void read() {
    INDArray all = net.params();
    long length = all.length();
    int kept = (int) Math.min(length, FEW);
    if (single && floatsNow.length != kept) {
      floatsNow = new float[kept];
    } else if (!single && doublesNow.length != kept) {
      doublesNow = new double[kept];
    }
    boolean direct = reader.isDirect(all, single ? DataType.FLOAT : DataType.DOUBLE);
    for (int from = 0; from < kept; from += STRETCH) {
      int part = Math.min(STRETCH, kept - from);
      long at = length <= FEW ? from : (long) ((double) from / FEW * (length - STRETCH));
      if (!direct) {
        copy(all, at, part);
      } else if (single) {
        reader.floatsAt(NativeReader.address(all) + 4 * at, someFloats, part);
      } else {
        reader.doublesAt(NativeReader.address(all) + 8 * at, someDoubles, part);
      }
      if (single) {
        System.arraycopy(someFloats, 0, floatsNow, from, part);
      } else {
        System.arraycopy(someDoubles, 0, doublesNow, from, part);
      }
    }
  }

  private void copy(INDArray all, long at, int part) {
    for (int k = 0; k < part; k++) {
      if (single) {
        someFloats[k] = all.getFloat(at + k);
      } else {
        someDoubles[k] = all.getDouble(at + k);
      }
    }
  }

  /** Returns what else has moved the parameters, a clause; null if nothing has. */
  @Nullable String otherMover() {
    return otherMover;
  }
}
