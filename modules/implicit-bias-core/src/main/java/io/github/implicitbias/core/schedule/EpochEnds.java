package io.github.implicitbias.core.schedule;

/** The steps that epochs leave; expected from the length of the epoch before. */
final class EpochEnds implements Schedule {

  private static final long serialVersionUID = 1L;

  @Override
  public boolean isDue(long step) {
    return true;
  }

  @Override
  public Pace start() {
    return new Epochs();
  }

  @Override
  public String toString() {
    return "end of every epoch";
  }

  private static final class Epochs implements Pace {
    private long end = -1;
    private long length = -1;

    @Override
    public boolean expects(long step, Progress progress) {
      return length > 0 && step == end + length;
    }

    @Override
    public boolean isDue(long step, Progress progress) {
      if (!progress.epochEnded()) {
        return false;
      }
      length = end < 0 ? -1 : step - end;
      end = step;
      return true;
    }
  }
}
