package io.foolproof.geometry;

/** Where a {@link PointSet} keeps its numbers: row by row, as bytes or as doubles. */
sealed interface Coordinates {
  /** The number at this place of the array. */
  double at(int place);

  /** The scalar product of the numbers from {@code start} on with a vector. */
  double dot(int start, double[] vector);

  /** Writes the numbers from {@code start} on to all of {@code target}. */
  void copy(int start, double[] target);

  /** How many numbers there are. */
  int length();

  /** Copies the rows that start at these places. */
  Coordinates rows(int[] starts, int dimension);

  /** 8-bit levels, 0 to 255. */
  record Levels(byte[] values) implements Coordinates {
    @Override
    public double at(int place) {
      return values[place] & 0xff;
    }

    // Four sums that do not wait for each other: a processor adds several numbers at a time, but
    // only if no addition needs the result of the one before.
    @Override
    public double dot(int start, double[] vector) {
      double a = 0;
      double b = 0;
      double c = 0;
      double d = 0;
      int whole = vector.length & ~3;
      for (int j = 0; j < whole; j += 4) {
        a += (values[start + j] & 0xff) * vector[j];
        b += (values[start + j + 1] & 0xff) * vector[j + 1];
        c += (values[start + j + 2] & 0xff) * vector[j + 2];
        d += (values[start + j + 3] & 0xff) * vector[j + 3];
      }
      for (int j = whole; j < vector.length; j++) {
        a += (values[start + j] & 0xff) * vector[j];
      }
      return a + b + (c + d);
    }

    @Override
    public void copy(int start, double[] target) {
      for (int j = 0; j < target.length; j++) {
        target[j] = values[start + j] & 0xff;
      }
    }

    @Override
    public int length() {
      return values.length;
    }

    @Override
    public Coordinates rows(int[] starts, int dimension) {
      byte[] copy = new byte[starts.length * dimension];
      for (int k = 0; k < starts.length; k++) {
        System.arraycopy(values, starts[k], copy, k * dimension, dimension);
      }
      return new Levels(copy);
    }
  }

  /** Numbers of any size. */
  record Reals(double[] values) implements Coordinates {
    @Override
    public double at(int place) {
      return values[place];
    }

    @Override
    public double dot(int start, double[] vector) {
      double a = 0;
      double b = 0;
      double c = 0;
      double d = 0;
      int whole = vector.length & ~3;
      for (int j = 0; j < whole; j += 4) {
        a += values[start + j] * vector[j];
        b += values[start + j + 1] * vector[j + 1];
        c += values[start + j + 2] * vector[j + 2];
        d += values[start + j + 3] * vector[j + 3];
      }
      for (int j = whole; j < vector.length; j++) {
        a += values[start + j] * vector[j];
      }
      return a + b + (c + d);
    }

    @Override
    public void copy(int start, double[] target) {
      System.arraycopy(values, start, target, 0, target.length);
    }

    @Override
    public int length() {
      return values.length;
    }

    @Override
    public Coordinates rows(int[] starts, int dimension) {
      double[] copy = new double[starts.length * dimension];
      for (int k = 0; k < starts.length; k++) {
        System.arraycopy(values, starts[k], copy, k * dimension, dimension);
      }
      return new Reals(copy);
    }
  }
}
