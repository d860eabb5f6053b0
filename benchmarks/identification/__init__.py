"""Who is found among many, how often wrongly, and how fast?"""
