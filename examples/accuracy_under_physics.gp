# Draws what accuracy_under_physics wrote:
#   gnuplot -e "csv='accuracy_under_physics.csv'; svg='accuracy_under_physics.svg'" examples/accuracy_under_physics.gp
set datafile separator comma
set terminal svg size 1200,800 font "sans-serif,14" background "white"
set output svg
set multiplot layout 2,3
set yrange [0:100]
set ylabel "accuracy, %"
set grid
set key bottom
set style data yerrorlines
# Rows of one design and figure; all others are left out.
y(design, figure) = (strcol(1) eq design && strcol(2) eq figure) ? 100 * column(5) : NaN
x(design, figure) = (strcol(1) eq design && strcol(2) eq figure) ? column(4) : NaN
low(v) = 100 * column(6) < 0 ? 0 : 100 * column(6)
high(v) = 100 * column(7) > 100 ? 100 : 100 * column(7)
do for [figure in "'light of a source' 'quality factor' 'drift of a ring' 'temperature error' 'effective bits of the ADC' 'channels of a dense unit'"] {
    if (figure eq 'light of a source' || figure eq 'quality factor') { set logscale x; } else { unset logscale x; }
    set xlabel figure.(figure eq 'light of a source' ? ', uW' : figure eq 'drift of a ring' ? ', pm' : figure eq 'temperature error' ? ', K' : '')
    plot for [design in (figure eq 'channels of a dense unit' ? "SONIC" : "'SONIC' '18 channels'")] \
        csv skip 1 using (x(design, figure)):(y(design, figure)):(low(0)):(high(0)) title design pointtype 7 pointsize 0.6
}
unset multiplot
