# What is unusual about a citizen number; it refuses nothing

UNKNOWN_PROVINCE_PREFIX = The first three digits are no province's: the birth was registered abroad, or a digit is wrong.
BIRTH_YEAR_DISAGREES = The number says another year of birth than the personal data.
BIRTH_YEAR_TO_COME = By the number this citizen is not born yet.
SEX_DISAGREES = The number says another sex than the personal data.
