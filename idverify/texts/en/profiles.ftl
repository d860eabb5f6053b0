# How an impression meets an enrolment profile

test-RESOLUTION = Resolution (dpi)
test-GREY_LEVELS = Grey levels
test-MINUTIAE = Minutiae
test-QUALITY = Quality
test-CENTRE = Distance from the centre (pixels)
test-FORMAT = Image format
outcome-PASSED = passed
outcome-FAILED = not passed
outcome-UNTOLD = cannot be told
at-least = at least { $number }
at-most = at most { $number }
either = { $one } or { $other }
whole = { $test }: { $measured }, wanted { $wanted }: { $outcome }.
